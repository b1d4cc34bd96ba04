/// Tests of the model sources against a hub on the loopback interface, a stand-in for pip, and real
/// files; nothing here leaves the machine.
@NullMarked
package org.demur.model.source;

import org.jspecify.annotations.NullMarked;
