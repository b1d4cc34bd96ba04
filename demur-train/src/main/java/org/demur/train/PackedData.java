package org.demur.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// Training data as bytes, so that the first worker's can be everybody's: replies that a model gave
/// on one machine need not be those of another machine.
public final class PackedData {
  private static final int LONGEST_LIST = 10_000_000;
  private static final int LONGEST_ROW = 1_000_000;

  private PackedData() {}

  /// Packs.
  public static byte[] of(TrainingData data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(data.harmful(), out);
      write(data.utility(), out);
      out.writeInt(data.harmless().size());
      for (Prompt prompt : data.harmless()) {
        write(prompt, out);
      }
      out.writeInt(data.openers().size());
      for (int[] opener : data.openers()) {
        write(opener, out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("nothing fails to be written into memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(List<TrainingRow> rows, DataOutputStream out) throws IOException {
    out.writeInt(rows.size());
    for (TrainingRow row : rows) {
      write(row.prompt(), out);
      for (boolean learnt : row.learnt()) {
        out.writeBoolean(learnt);
      }
    }
  }

  private static void write(Prompt prompt, DataOutputStream out) throws IOException {
    write(prompt.ids(), out);
    out.writeInt(prompt.promptLength());
    out.writeInt(prompt.tInst());
  }

  private static void write(int[] ids, DataOutputStream out) throws IOException {
    out.writeInt(ids.length);
    for (int id : ids) {
      out.writeInt(id);
    }
  }

  /// Unpacks.
  ///
  /// @throws TrainException with [ErrorCode#WORKERS] for bytes that are no training data
  public static TrainingData read(byte[] packed) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(packed))) {
      List<TrainingRow> harmful = rows(in, Side.HARMFUL);
      List<TrainingRow> utility = rows(in, Side.UTILITY);
      List<Prompt> harmless = new ArrayList<>();
      for (int left = length(in, LONGEST_LIST); left > 0; left--) {
        harmless.add(prompt(in));
      }
      List<int[]> openers = new ArrayList<>();
      for (int left = length(in, LONGEST_LIST); left > 0; left--) {
        openers.add(ids(in));
      }
      return new TrainingData(harmful, utility, harmless, openers);
    } catch (IOException | RuntimeException e) {
      throw new TrainException(
          ErrorCode.WORKERS,
          "the %d bytes of training data that worker 0 sent cannot be read"
              .formatted(packed.length),
          e);
    }
  }

  private static List<TrainingRow> rows(DataInputStream in, Side side) throws IOException {
    List<TrainingRow> rows = new ArrayList<>();
    for (int left = length(in, LONGEST_LIST); left > 0; left--) {
      Prompt prompt = prompt(in);
      boolean[] learnt = new boolean[prompt.length()];
      for (int i = 0; i < learnt.length; i++) {
        learnt[i] = in.readBoolean();
      }
      rows.add(new TrainingRow(prompt, learnt, side));
    }
    return rows;
  }

  private static Prompt prompt(DataInputStream in) throws IOException {
    int[] ids = ids(in);
    return new Prompt(ids, in.readInt(), in.readInt());
  }

  private static int[] ids(DataInputStream in) throws IOException {
    int[] ids = new int[length(in, LONGEST_ROW)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readInt();
    }
    return ids;
  }

  /// A length that the bytes which are left can hold.
  private static int length(DataInputStream in, int most) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > Math.min(most, in.available())) {
      throw new IOException("a length of " + length);
    }
    return length;
  }
}
