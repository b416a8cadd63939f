using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Adds data files. Never in conflict with anything.</summary>
public sealed class AppendFiles : SnapshotChange
{
    private readonly bool _isFast;

    /// <param name="files">Data files that are in place already and complete. Their locations must be new to the table.</param>
    /// <param name="properties">Further entries for the snapshot's summary, such as the id of the job that made it; null for none.</param>
    /// <param name="branch">The branch that moves on to the new snapshot.</param>
    /// <param name="isFast">Leaves the manifests there are as they are; else they are merged as the table's properties want it.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a location is given twice, or a file is no data file.</exception>
    public AppendFiles(
        ImmutableArray<DataFile> files, IReadOnlyDictionary<string, string>? properties = null, string branch = SnapshotRef.MainBranch, bool isFast = false)
    {
        AddedFiles = AddedFile.Of(files, isData: true);
        Properties = properties ?? ImmutableDictionary<string, string>.Empty;
        Branch = branch;
        _isFast = isFast;
    }

    private protected override string Operation => "append";

    private protected override ImmutableArray<AddedFile> AddedFiles { get; }

    private protected override bool MergesManifests => !_isFast;
}
