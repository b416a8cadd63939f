using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>
/// Writes into PostgreSQL what belongs to a commit to a cold table, such as its entries in the ledger. Called in the transaction of the commit once the catalog has
/// accepted it; with a REST catalog, which takes no part in transactions, right after it.
/// </summary>
/// <param name="transaction">Ended by the caller: what is written stays if and only if the commit does.</param>
/// <param name="commit">As the catalog has accepted it.</param>
public delegate Task CommitCompanion(NpgsqlTransaction transaction, StagedCommit commit, CancellationToken cancellationToken);
