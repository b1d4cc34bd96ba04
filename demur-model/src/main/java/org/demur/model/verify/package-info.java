/// Proof that a model computes what it should: against reference outputs, or against itself.
///
/// Entry types: [org.demur.model.verify.ReferenceCheck], [org.demur.model.verify.SelfCheck] and
/// [org.demur.model.verify.CertificateJson].
@NullMarked
package org.demur.model.verify;

import org.jspecify.annotations.NullMarked;
