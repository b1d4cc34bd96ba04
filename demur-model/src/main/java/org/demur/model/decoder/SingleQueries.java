package org.demur.model.decoder;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.demur.tensor.kernel.CausalAttention;

/// Some tokens of a pass as attention sees them when the others ask for nothing: each is a row of
/// its own with one query, over the keys and values of the row that it comes from.
///
/// @param rowOfQuery row of the pass that each query comes from
/// @param positions position of each query in that row, cached tokens counted
record SingleQueries(int[] rowOfQuery, int[] positions) {
  /// The queries of some tokens.
  ///
  /// @param packed packed index of each
  static SingleQueries of(TokenBatch batch, int... packed) {
    int[] rows = batch.rowOfToken();
    int[] positions = batch.positions();
    return new SingleQueries(
        Arrays.stream(packed).map(token -> rows[token]).toArray(),
        Arrays.stream(packed).map(token -> positions[token]).toArray());
  }

  /// Rows of one query each; all keys before it are there already.
  CausalAttention.Rows rows() {
    int[] lengths = new int[positions.length];
    Arrays.fill(lengths, 1);
    return new CausalAttention.Rows(
        IntStream.range(0, positions.length).toArray(), lengths, positions);
  }

  /// Where each query finds keys and values.
  ///
  /// @param ofPass keys and values of the rows of the pass
  CausalAttention.Source source(CausalAttention.Source ofPass) {
    return new CausalAttention.Source() {
      @Override
      public CausalAttention.Keys keys(int row, int kvHead) {
        return ofPass.keys(rowOfQuery[row], kvHead);
      }

      @Override
      public CausalAttention.Keys values(int row, int kvHead) {
        return ofPass.values(rowOfQuery[row], kvHead);
      }
    };
  }
}
