/// How fast a model runs on this machine, and how near that is to what the machine can do.
///
/// Entry types: [org.demur.bench.Benchmarks] measures one [org.demur.bench.BenchRequest];
/// [org.demur.bench.Suite] is the choice of them that takes about a minute;
/// [org.demur.bench.MachinePeaks] and [org.demur.bench.Work] say what would be possible.
@NullMarked
package org.demur.bench;

import org.jspecify.annotations.NullMarked;
