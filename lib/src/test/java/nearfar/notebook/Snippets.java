package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;

/** Runs what stands in texts, as a cell would: a JShell in this JVM, with the kernel's imports. */
final class Snippets implements AutoCloseable {

  private final JShell shell = JShell.builder().executionEngine("local").build();

  Snippets() {
    shell.addToClasspath(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    Installation.IMPORTS.forEach(name -> run("import " + name + ";"));
  }

  /** Runs one statement or declaration after the other; each must compile and not throw. */
  void run(String source) {
    String rest = source;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      String statement = next.source() == null ? rest : next.source();
      for (SnippetEvent event : shell.eval(statement)) {
        List<String> diagnostics =
            shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList();
        assertEquals(Snippet.Status.VALID, event.status(), statement + ": " + diagnostics);
        assertEquals(null, event.exception(), statement);
      }
      rest = next.source() == null ? "" : next.remaining();
    }
  }

  /** The simple name of a variable's type. */
  String typeOf(String variable) {
    return variable(variable).typeName();
  }

  /** A variable as JShell prints it. */
  String valueOf(String variable) {
    return shell.varValue(variable(variable));
  }

  private jdk.jshell.VarSnippet variable(String name) {
    return shell.variables().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
  }

  /** Drops every variable, so that what comes next cannot lean on it. */
  void forget() {
    shell.variables().toList().forEach(shell::drop);
  }

  @Override
  public void close() {
    shell.close();
  }
}
