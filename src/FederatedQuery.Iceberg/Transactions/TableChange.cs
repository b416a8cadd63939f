using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// One change of a commit. It is applied again, to the reloaded table, each time somebody else commits first, so it holds what to do and not
/// what came of it. An instance belongs to one commit.
/// </summary>
public abstract class TableChange
{
    private protected TableChange()
    {
    }

    /// <summary>Whether the state of the table holds what an earlier attempt of this change did. False where that leaves no trace.</summary>
    internal virtual bool IsIn(TableMetadata table) => false;

    /// <summary>Writes the files the change needs and gives the next state of the table.</summary>
    internal abstract Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken);
}
