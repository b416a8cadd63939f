namespace FederatedQuery.DuckDb.Callbacks;

/// <summary>What C# functions throw must not unwind through DuckDB's frames.</summary>
internal static class FunctionFailure
{
    /// <summary>DuckDB takes errors as zero-terminated text.</summary>
    public static string Text(Exception exception) => exception.Message.Replace('\0', ' ');

    /// <summary>Runs a dispose that DuckDB calls for, where it takes no error: a failure is kept for the query, if it still runs.</summary>
    public static void Guard(QueryExecution? execution, Action dispose)
    {
        try
        {
            dispose();
        }
        catch (Exception exception)
        {
            execution?.RecordFunctionException(exception);
        }
    }
}
