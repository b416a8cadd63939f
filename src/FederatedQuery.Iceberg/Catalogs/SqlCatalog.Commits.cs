using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <remarks>Commits: a compare-and-set of one row.</remarks>
public sealed partial class SqlCatalog
{
    public async Task<CatalogTable?> TryCommitAsync(StagedCommit commit, CancellationToken cancellationToken) =>
        await CommitAsync(commit, cancellationToken) ? new CatalogTable(commit.Identifier, commit.NewLocation, commit.Metadata) : null;

    private async Task<bool> CommitAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        if (await CompareAndSetAsync(commit, cancellationToken))
        {
            return true;
        }

        // With the first connection given back: a pool in which everybody holds one and waits for another stands still.
        return await FindTableAsync(commit.Identifier, transaction: null, cancellationToken) is null ? throw TableNotFound(commit.Identifier) : false;
    }

    private async Task<bool> CompareAndSetAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            return await CompareAndSetAsync(commit, connection, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException and not PostgresException
            or OperationCanceledException { InnerException: not PostgresException })
        {
            // A cancellation that the server confirmed carries its answer inside, and then nothing was done.
            return await ReadBackAsync(commit, exception);
        }
    }

    /// <summary>
    /// Makes the compare-and-set part of the caller's transaction; it takes effect with the caller's COMMIT. Other committers of this table wait until then,
    /// so commit soon.
    /// </summary>
    /// <returns>
    /// False when somebody else was first. Under REPEATABLE READ and above PostgreSQL has then ended the transaction, which must be rolled back.
    /// </returns>
    /// <exception cref="IcebergException">NotFound: the table is gone.</exception>
    public async Task<bool> TryCommitAsync(StagedCommit commit, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = ConnectionOf(transaction);
        try
        {
            return await CompareAndSetAsync(commit, connection, cancellationToken)
                || (await FindTableAsync(commit.Identifier, transaction, cancellationToken) is null ? throw TableNotFound(commit.Identifier) : false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            return false;
        }
    }

    private async Task<bool> CompareAndSetAsync(StagedCommit commit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = _sql.CompareAndSet(connection, commit);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The connection broke, or the caller gave up, and the UPDATE may have been done. The location is unique to this commit, so finding it settles that.</summary>
    private async Task<bool> ReadBackAsync(StagedCommit commit, Exception cause)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            if ((await FindTableAsync(commit.Identifier, transaction: null, timeout.Token))?.MetadataLocation == commit.NewLocation)
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            cause = new AggregateException(cause, exception);
        }

        throw new IcebergException(
            IcebergErrorKind.CommitStateUnknown,
            $"Whether the commit to table '{commit.Identifier}' was made is not known: the connection to the catalog failed before it answered. Load the table and look for '{commit.NewLocation}'.",
            cause);
    }
}
