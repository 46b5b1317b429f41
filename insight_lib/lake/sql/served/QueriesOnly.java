import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.TreePattern;

/**
 * A check of Spark's analyser that refuses whatever is no query.
 *
 * <p>Spark analyses every statement, and every write of a data frame, before it does anything. What
 * changes something is a command there, or a stream. Janino, which compiles Spark's own generated
 * code, compiles this too; it knows no generics.
 */
public class QueriesOnly implements scala.Function1 {
  // How the names of commands begin that tell what there is, or choose a database.
  private static final String[] HARMLESS = {
    "Show", "Describe", "Explain",
    "SetCatalogAndNamespace", "SetCatalogCommand", "SetNamespaceCommand"
  };

  /** Check a plan; asked for a session's check, return it. */
  public Object apply(Object given) {
    if (!(given instanceof LogicalPlan)) {
      return this;
    }
    LogicalPlan plan = (LogicalPlan) given;
    boolean isCommand = plan.containsPattern(TreePattern.COMMAND());
    if (plan.isStreaming() || isCommand && !isHarmless(plan)) {
      throw new UnsupportedOperationException(
          plan.nodeName() + " is refused: the lake is only read; use a SELECT");
    }
    return scala.runtime.BoxedUnit.UNIT;
  }

  private static boolean isHarmless(LogicalPlan plan) {
    String name = plan.getClass().getSimpleName();
    for (int n = 0; n < HARMLESS.length; n++) {
      if (name.startsWith(HARMLESS[n])) {
        return true;
      }
    }
    return false;
  }
}
