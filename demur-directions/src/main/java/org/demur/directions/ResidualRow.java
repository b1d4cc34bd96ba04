package org.demur.directions;

/// The residual stream of one prompt at a few tokens, `[spot, row, dModel]`.
///
/// Row l is the stream that enters block l, for l = 0 to nLayers - 1; row nLayers is what the last
/// block gives, before the final norm (`latent-guard`, section 1 of the paper's code).
///
/// @param spots number of tokens
/// @param rows nLayers + 1
/// @param dModel width
/// @param values the numbers; not copied, and not to be changed
public record ResidualRow(int spots, int rows, int dModel, float[] values) {
  /// Checks that the numbers fill the shape.
  public ResidualRow {
    if (values.length != spots * rows * dModel) {
      throw new IllegalArgumentException(
          "%d numbers do not fill [%d, %d, %d]".formatted(values.length, spots, rows, dModel));
    }
  }

  /// Where the vector of a token and row starts in [#values].
  public int offset(int spot, int row) {
    return (spot * rows + row) * dModel;
  }

  /// The part of one token, `[1, row, dModel]`; a copy.
  public ResidualRow at(int spot) {
    int size = rows * dModel;
    float[] part = new float[size];
    System.arraycopy(values, spot * size, part, 0, size);
    return new ResidualRow(1, rows, dModel, part);
  }

  /// The parts of all tokens from one on, `[spots - first, row, dModel]`; a copy.
  public ResidualRow from(int first) {
    int size = rows * dModel;
    float[] part = new float[(spots - first) * size];
    System.arraycopy(values, first * size, part, 0, part.length);
    return new ResidualRow(spots - first, rows, dModel, part);
  }
}
