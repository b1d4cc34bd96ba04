package org.demur.text.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/// The native library: Hugging Face tokenizers through DJL; the only class that knows it.
///
/// The calls below DJL's `HuggingFaceTokenizer` are used: its own way reports usage to its makers,
/// and copies seven arrays per text where one is needed. On a machine with a GPU DJL would fetch
/// another build of the library; that is switched off before its classes load, for which it has no
/// other way than system properties. Where it unpacks its natives is DJL's `DJL_CACHE_DIR`.
///
/// **Ownership.** Holds native memory until closed. Calls may come from many threads; closing waits
/// for them.
final class NativeTokenizer implements AutoCloseable {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final long handle;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private NativeTokenizer(long handle) {
    this.handle = handle;
  }

  /// Loads a tokenizer from the JSON that [NativeModelJson] writes.
  static NativeTokenizer load(String json) {
    try {
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      throw new TokenizerException(
          "the native tokenizer library cannot be loaded: " + e.getMessage(), e);
    }
    try {
      return new NativeTokenizer(TokenizersLibrary.LIB.createTokenizerFromString(json));
    } catch (RuntimeException e) {
      throw new TokenizerException(
          "the tokenizer is malformed: the native library says: " + e.getMessage(), e);
    }
  }

  /// The native ids of a well-formed text; adds nothing.
  int[] encode(String text) {
    return withEncoding(text, encoding -> toInts(TokenizersLibrary.LIB.getTokenIds(encoding)));
  }

  /// The place of each native token in a well-formed text, in Unicode characters: start and end.
  int[][] offsets(String text) {
    return withEncoding(
        text,
        encoding -> {
          CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
          int[][] result = new int[spans.length][];
          for (int i = 0; i < spans.length; i++) {
            result[i] =
                spans[i] == null
                    ? new int[] {0, 0}
                    : new int[] {spans[i].getStart(), spans[i].getEnd()};
          }
          return result;
        });
  }

  /// The text of native ids, control tokens included.
  String decode(long[] ids) {
    lock.readLock().lock();
    try {
      return TokenizersLibrary.LIB.decode(handle(), ids, false);
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TokenizerException("tokens cannot be decoded: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        TokenizersLibrary.LIB.deleteTokenizer(handle);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T withEncoding(String text, LongFunction<T> use) {
    lock.readLock().lock();
    try {
      long encoding = TokenizersLibrary.LIB.encode(handle(), text, false);
      try {
        return use.apply(encoding);
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TokenizerException("a text cannot be tokenized: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private long handle() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return handle;
  }

  private static int[] toInts(long[] values) {
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.toIntExact(values[i]);
    }
    return result;
  }
}
