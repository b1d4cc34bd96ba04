package org.demur.data.table;

import java.util.Map;

/// One row of a file.
///
/// @param place where it is, for errors: file and line, such as `a.csv, line 7`, or file and row
///   where the format has no lines
/// @param cells the values by column, in the file's order
public record Row(String place, Map<String, Cell> cells) {}
