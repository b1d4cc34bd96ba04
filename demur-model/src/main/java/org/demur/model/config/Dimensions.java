package org.demur.model.config;

/// Sizes of a decoder.
///
/// @param nLayers blocks
/// @param dModel width of the residual stream
/// @param nHeads query heads
/// @param nKvHeads key and value heads; divides `nHeads`
/// @param dHead width of a head
/// @param dFeedForward inner width of the dense MLP
/// @param vocabularySize rows of the embedding
/// @param contextLength most tokens of a row
public record Dimensions(
    int nLayers,
    int dModel,
    int nHeads,
    int nKvHeads,
    int dHead,
    int dFeedForward,
    int vocabularySize,
    int contextLength) {}
