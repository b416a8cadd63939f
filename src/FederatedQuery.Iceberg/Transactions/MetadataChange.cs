using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>A change of metadata alone: schema, properties, references. See <see cref="TableMetadataChanges"/>.</summary>
public sealed class MetadataChange(Func<TableMetadata, TableMetadata> change) : TableChange
{
    internal override Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken) =>
        Task.FromResult(change(table));
}
