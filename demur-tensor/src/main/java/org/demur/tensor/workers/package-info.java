/// Processes that compute one training together: they find each other, add up numbers, and tell
/// each other texts.
///
/// Entry types: [org.demur.tensor.workers.Rendezvous] (how they find each other) and
/// [org.demur.tensor.workers.Workers] (what they do together). The numbers go through libtorch's
/// Gloo, which knows neither passwords nor encryption: the network between workers is trusted.
/// Nothing of it is loaded by a process that works alone.
@NullMarked
package org.demur.tensor.workers;

import org.jspecify.annotations.NullMarked;
