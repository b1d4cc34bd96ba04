package org.demur.tensor.workers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.demur.core.ErrorCode;
import org.demur.tensor.TensorException;

/// File descriptors that libtorch takes and Java does not give: its store listens on all interfaces
/// unless it is handed a socket that is bound already, and Gloo greets on standard output, which
/// may hold a JSON document.
final class Descriptors {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
  private static final int INTERNET = 2;
  private static final int STREAM = 1;
  private static final int BACKLOG = 64;
  private static final int ADDRESS_BYTES = 16;
  private static final int WRITE_ONLY = 1;
  private static final int STANDARD_OUTPUT = 1;

  /// A socket that listens.
  ///
  /// @param descriptor its number
  /// @param port at which it listens
  record Listening(int descriptor, int port) {}

  private Descriptors() {}

  /// Listens at one address and nowhere else.
  ///
  /// @param port 0 for any that is free
  /// @throws TensorException with [ErrorCode#WORKERS] when the address is not of this machine or
  ///   the port is taken
  static Listening listen(Inet4Address address, int port) {
    requirePosix();
    int descriptor = call("socket", INTERNET, STREAM, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place = place(arena, address, port);
      if (call("bind", descriptor, place, ADDRESS_BYTES) != 0
          || call("listen", descriptor, BACKLOG) != 0) {
        call("close", descriptor);
        throw new TensorException(
            ErrorCode.WORKERS,
            "worker 0 cannot listen at %s:%d; give a free port and the address of this machine by which the other workers reach it"
                .formatted(address.getHostAddress(), port));
      }
      MemorySegment length = arena.allocateFrom(INT, ADDRESS_BYTES);
      call("getsockname", descriptor, place, length);
      int high = Byte.toUnsignedInt(place.get(ValueLayout.JAVA_BYTE, 2));
      return new Listening(
          descriptor, high << 8 | Byte.toUnsignedInt(place.get(ValueLayout.JAVA_BYTE, 3)));
    }
  }

  /// A `sockaddr_in`: macOS begins with the length, Linux with the family in two bytes.
  private static MemorySegment place(Arena arena, Inet4Address address, int port) {
    MemorySegment place = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
    boolean mac = Loader.getPlatform().startsWith("macosx");
    place.set(ValueLayout.JAVA_BYTE, 0, (byte) (mac ? ADDRESS_BYTES : INTERNET));
    place.set(ValueLayout.JAVA_BYTE, 1, (byte) (mac ? INTERNET : 0));
    place.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
    place.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
    MemorySegment.copy(address.getAddress(), 0, place, ValueLayout.JAVA_BYTE, 4, 4);
    return place;
  }

  /// Runs something while nothing of what this process writes to its standard output arrives.
  static <T> T withoutOutput(Supplier<T> work) {
    requirePosix();
    int kept = call("dup", STANDARD_OUTPUT);
    int nowhere;
    try (Arena arena = Arena.ofConfined()) {
      nowhere = call("open", arena.allocateFrom("/dev/null"), WRITE_ONLY);
    }
    if (kept < 0 || nowhere < 0) {
      return work.get();
    }
    call("dup2", nowhere, STANDARD_OUTPUT);
    try {
      return work.get();
    } finally {
      call("dup2", kept, STANDARD_OUTPUT);
      call("close", kept);
      call("close", nowhere);
    }
  }

  private static void requirePosix() {
    if (Loader.getPlatform().startsWith("windows")) {
      throw new TensorException(
          ErrorCode.WORKERS, "a training is shared among workers on Linux and macOS only");
    }
  }

  /// Calls a function of the C library that takes numbers and addresses and returns a number.
  private static int call(String name, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] = arguments[i] instanceof MemorySegment ? POINTER : INT;
    }
    MethodHandle function =
        linker.downcallHandle(
            library.find(name).orElseThrow(), FunctionDescriptor.of(INT, layouts));
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name + " cannot be called", e);
    }
  }
}
