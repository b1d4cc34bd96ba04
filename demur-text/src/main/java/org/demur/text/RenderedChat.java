package org.demur.text;

import java.util.List;
import org.demur.text.tokenizer.MarkupRule;

/// The text of a conversation, and which literals in it are the template's own.
///
/// @param text the text
/// @param rule accepts the literals that become tokens
/// @param notes what the user should know
record RenderedChat(String text, MarkupRule rule, List<String> notes) {}
