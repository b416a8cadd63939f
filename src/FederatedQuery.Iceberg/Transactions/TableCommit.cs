using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Changes of one table, as part of a commit to several.</summary>
public sealed record TableCommit(TableIdentifier Identifier, IReadOnlyList<TableChange> Changes);
