using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Iceberg.Transactions;

public sealed partial class TableCommitter
{
    /// <summary>Commits changes to several tables, all or none. When somebody else was first with one of them, all are applied again.</summary>
    /// <param name="commits">Of different tables.</param>
    /// <returns>The tables after the commit, in the order of <paramref name="commits"/>.</returns>
    /// <exception cref="IcebergException">As of a commit to one table; whenever it certainly failed, metadata files have been deleted.</exception>
    public async Task<IReadOnlyList<CatalogTable>> CommitAsync(SqlCatalog catalog, IReadOnlyList<TableCommit> commits, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var staged = new List<StagedCommit>();
            try
            {
                foreach (var commit in commits)
                {
                    var table = await catalog.LoadTableAsync(commit.Identifier, cancellationToken);
                    staged.Add(await StageAsync(table, commit.Changes, cancellationToken));
                }

                if (await catalog.TryCommitAsync(staged, cancellationToken))
                {
                    return [.. staged.Select(one => new CatalogTable(one.Identifier, one.NewLocation, one.Metadata))];
                }

                if (attempt == _options.MaxAttempts)
                {
                    throw new IcebergException(
                        IcebergErrorKind.CommitConflict,
                        $"The commit to {string.Join(", ", commits.Select(commit => $"'{commit.Identifier}'"))} failed: in each of {attempt} attempts somebody else committed to one of them first. Try again later.");
                }
            }
            catch (Exception exception) when (exception is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
            {
                await DiscardAllAsync(staged);
                throw;
            }

            await DiscardAllAsync(staged);
            await Task.Delay(DelayBefore(attempt + 1), _timeProvider, cancellationToken);
        }
    }

    private async Task DiscardAllAsync(List<StagedCommit> staged)
    {
        foreach (var one in staged)
        {
            // The caller may have given up, so its token is not used.
            await DiscardAsync(one, CancellationToken.None);
        }
    }
}
