package org.demur.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;
import org.demur.core.ErrorCode;

/// Where a tensor lives and is computed on.
///
/// @param kind processor or graphics card
/// @param index which one, from 0; always 0 for the processor
public record Device(Kind kind, int index) {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

  /// Kinds of devices.
  public enum Kind {
    /// The processor.
    CPU,
    /// An NVIDIA card.
    CUDA
  }

  /// The processor.
  public static final Device CPU = new Device(Kind.CPU, 0);

  /// Reads `cpu`, `cuda` or `cuda:1`, and checks that the device is there.
  ///
  /// @throws TensorException with [ErrorCode#USAGE] for another text, or when there is no such card
  public static Device parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA.matcher(text);
    if (!cuda.matches()) {
      throw new TensorException(
          ErrorCode.USAGE, "unknown device \"" + text + "\"; accepted are cpu, cuda and cuda:N");
    }
    int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    int present = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    if (index >= present) {
      throw new TensorException(
          ErrorCode.USAGE,
          "device "
              + text
              + " asked for, but this installation sees "
              + present
              + " CUDA devices; use --device cpu, or build with"
              + " -Dpytorch.classifier=linux-x86_64-gpu on a machine with CUDA");
    }
    return new Device(Kind.CUDA, index);
  }

  org.bytedeco.pytorch.Device toNative() {
    return kind == Kind.CPU
        ? new org.bytedeco.pytorch.Device(torch.DeviceType.CPU)
        : new org.bytedeco.pytorch.Device(torch.DeviceType.CUDA, (byte) index);
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + index;
  }
}
