using System.Globalization;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>The files that a commit writes, over all its attempts, and what it reads. Every name is new: nothing is ever written over.</summary>
internal sealed class CommitFiles(ObjectStoreRegistry stores, ManifestCache manifests, TimeProvider timeProvider)
{
    private readonly List<string> _kept = [];
    private readonly List<string> _ofAttempt = [];
    private readonly List<string> _merged = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private ObjectStoreRegistry? _own;
    private int _manifests;

    /// <summary>Part of all file names of this commit.</summary>
    public Guid CommitId { get; } = Guid.NewGuid();

    /// <summary>From 1.</summary>
    public int Attempt { get; private set; }

    public ManifestCache Manifests => _own is null ? manifests : manifests.In(_own);

    public long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Files that only the current attempt can use.</summary>
    public IReadOnlyList<string> OfAttempt => _ofAttempt;

    /// <summary>Files that the next attempt can use again: manifests of added files.</summary>
    public IReadOnlyList<string> Kept => _kept;

    /// <summary>Files that the current attempt has no use for: their entries are in a merged manifest.</summary>
    public IEnumerable<string> Unused => _kept.Where(location => !_used.Contains(location)).Concat(_merged);

    private ObjectStoreRegistry Stores => _own ?? stores;

    /// <summary>A name for a manifest that no other manifest of this commit has.</summary>
    public string NextManifestName() => string.Create(CultureInfo.InvariantCulture, $"{CommitId:D}-m{_manifests++}.avro");

    /// <summary>Notes that the current attempt lists a kept file.</summary>
    public void Use(string location) => _used.Add(location);

    /// <summary>Notes that a manifest has become part of another, and so is of no use if the current attempt wrote it.</summary>
    public void Merge(string location)
    {
        if (_ofAttempt.Contains(location))
        {
            _merged.Add(location);
        }
    }

    /// <param name="own">Where the table's files are; null: in the committer's stores.</param>
    public void BeginAttempt(ObjectStoreRegistry? own)
    {
        _own = own;
        Attempt++;
        _ofAttempt.Clear();
        _merged.Clear();
        _used.Clear();
    }

    public async Task WriteAsync(string location, ReadOnlyMemory<byte> content, bool isKept, CancellationToken cancellationToken)
    {
        var target = Stores.Resolve(location);
        (isKept ? _kept : _ofAttempt).Add(location);
        await target.Store.PutAsync(target.Key, content, WriteCondition.IfAbsent, cancellationToken);
    }

    public async Task DeleteAsync(IEnumerable<string> locations, CancellationToken cancellationToken)
    {
        foreach (var group in locations.Select(Stores.Resolve).GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], cancellationToken);
        }
    }
}
