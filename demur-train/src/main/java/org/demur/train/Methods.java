package org.demur.train;

import java.util.Optional;

/// Makes the method that settings name.
final class Methods {
  private Methods() {}

  static Method of(Method.Context context) {
    return switch (context.settings().method()) {
      case RefusalTraining plain -> new RefatMethod(context, Optional.empty());
      case RefatSettings refat -> new RefatMethod(context, Optional.of(refat));
      case DeepRefusalSettings deep -> new DeepRefusalMethod(context, deep);
      case CircuitBreakerSettings breakers -> new CircuitBreakerMethod(context, breakers);
      case CatSettings cat -> new CatMethod(context, cat);
      case CapoSettings capo -> new CapoMethod(context, capo);
      case LatSettings lat -> new LatMethod(context, lat);
      case R2d2Settings pool -> new R2d2Method(context, pool);
    };
  }
}
