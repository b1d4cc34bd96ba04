/// JSON documents from strangers, read with bounds on size, nesting and the number of values.
///
/// Entry type [org.demur.text.json.StreamingJson]. Values come as `Map<String, Object>` (order
/// kept), `List`, `String`, `Long`, `BigInteger`, `Double`, `Boolean` and null.
@NullMarked
package org.demur.text.json;

import org.jspecify.annotations.NullMarked;
