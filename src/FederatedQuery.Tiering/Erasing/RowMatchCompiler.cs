using FederatedQuery.Cold.Erasing;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>Checks a condition as users write it and says it in the form that both tiers are asked in. What reads statements is not of this project.</summary>
/// <param name="table">Whose rows.</param>
/// <param name="where">The condition, without the word WHERE.</param>
public delegate Task<RowMatch> RowMatchCompiler(TableIdentifier table, string where, CancellationToken cancellationToken);
