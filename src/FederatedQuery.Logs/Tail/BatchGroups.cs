using FederatedQuery.Hot.Control.Logs;

namespace FederatedQuery.Logs.Tail;

/// <summary>Batches that are read together.</summary>
internal static class BatchGroups
{
    /// <summary>Consecutive batches of at most that many rows together, or a single larger one.</summary>
    public static IEnumerable<IReadOnlyList<LogBatch>> Of(IReadOnlyList<LogBatch> batches, int mostRows)
    {
        var group = new List<LogBatch>();
        var rows = 0;
        foreach (var batch in batches)
        {
            if (group.Count > 0 && rows + batch.Rows > mostRows)
            {
                yield return group;
                group = [];
                rows = 0;
            }

            group.Add(batch);
            rows += batch.Rows;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
