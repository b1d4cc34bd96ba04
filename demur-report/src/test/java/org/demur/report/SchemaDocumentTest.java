package org.demur.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SchemaDocumentTest {
  @Test
  void everyFieldIsDescribedUnderTheNameOfItsRecord() throws Exception {
    String document = Files.readString(Path.of("SCHEMA.md"));
    Set<Class<?>> records = new LinkedHashSet<>();
    collect(AuditReport.class, records);
    collect(ComparisonReport.class, records);
    collect(RobustnessReport.class, records);
    collect(ExplanationReport.class, records);
    collect(FineTuneReport.class, records);
    for (Class<?> type : records) {
      String heading = "\n### " + type.getSimpleName() + "\n";
      assertThat(document).contains(heading);
      String rest = document.substring(document.indexOf(heading) + heading.length());
      String chapter = rest.contains("\n### ") ? rest.substring(0, rest.indexOf("\n### ")) : rest;
      for (RecordComponent component : type.getRecordComponents()) {
        assertThat(chapter).contains("| `" + component.getName() + "` |");
      }
    }
    assertThat(records).hasSizeGreaterThan(40);
  }

  private static void collect(Type type, Set<Class<?>> records) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, records);
      }
    } else if (type instanceof Class<?> plain && plain.isRecord() && records.add(plain)) {
      for (RecordComponent component : plain.getRecordComponents()) {
        collect(component.getGenericType(), records);
      }
    }
  }
}
