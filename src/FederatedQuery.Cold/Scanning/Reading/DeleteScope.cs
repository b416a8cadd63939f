using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>Numbers for partitions of any spec, by which deletes are kept to their own.</summary>
internal sealed class DeleteScope
{
    private readonly Dictionary<(int SpecId, PartitionData Partition), int> _numbers = [];

    public int Of(DataFile file)
    {
        var key = (file.SpecId, file.Partition);
        if (!_numbers.TryGetValue(key, out var number))
        {
            _numbers.Add(key, number = _numbers.Count);
        }

        return number;
    }
}
