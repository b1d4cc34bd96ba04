/// Directions of the residual stream: difference in means, selection of a refusal direction,
/// cosines, files.
///
/// Entry types: [ResidualReader] reads hidden states, [MeanTable] averages them, [DirectionTable]
/// holds differences, [DirectionSelection] picks one. Papers: Arditi et al. 2024, "Refusal in
/// Language Models Is Mediated by a Single Direction"; Zhao et al. 2025, "LLMs Encode Harmfulness
/// and Refusal Separately".
@NullMarked
package org.demur.directions;

import org.jspecify.annotations.NullMarked;
