using System.Collections.Immutable;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Locations;

/// <summary>
/// Where the files of a table are that was copied elsewhere: locations that begin with a prefix its metadata was written with begin with another
/// one now. Prefixes are whole segments; the longest that fits counts. Schemes that mean the same are the same
/// (<see cref="ObjectStoreRegistry.Normalize"/>). Immutable.
/// </summary>
public sealed class LocationMap
{
    private LocationMap(ImmutableArray<Entry> entries) => Entries = entries;

    /// <summary>Changes nothing.</summary>
    public static LocationMap Empty { get; } = new([]);

    /// <summary>Longest <see cref="Entry.From"/> first.</summary>
    public ImmutableArray<Entry> Entries { get; }

    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>A prefix as the table's metadata has it, and where what lies below it is now; both normal, without a slash at the end.</summary>
    public readonly record struct Entry(string From, string To)
    {
        /// <summary>Whether it says where a location is, as metadata writes it.</summary>
        public bool Covers(string location) => location.Length > 0 && IsBelow(ObjectStoreRegistry.Normalize(location), From);
    }

    /// <exception cref="IcebergException">InvalidValue: a prefix is empty or a mere scheme, is given twice, or leads to a relative path.</exception>
    public static LocationMap Of(params IEnumerable<(string From, string To)> prefixes)
    {
        var entries = prefixes.Select(prefix => new Entry(Prefix(prefix.From, "FROM"), Target(prefix.To))).ToList();
        if (entries.GroupBy(entry => entry.From).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw IcebergException.InvalidValue($"The location map leads from '{twice.Key}' to several places: {string.Join(", ", twice.Select(entry => $"'{entry.To}'"))}.");
        }

        return entries.Count == 0 ? Empty : new([.. entries.OrderByDescending(entry => entry.From.Length).ThenBy(entry => entry.From, StringComparer.Ordinal)]);
    }

    /// <summary>Where the file is, in the form in which locations are compared. A location that no prefix fits stays where it is.</summary>
    public string Apply(string location)
    {
        var normal = ObjectStoreRegistry.Normalize(location);
        foreach (var (from, to) in Entries)
        {
            if (IsBelow(normal, from))
            {
                return string.Concat(to, normal.AsSpan(from.Length));
            }
        }

        return normal;
    }

    /// <summary>
    /// Every location that <see cref="Apply"/> takes to where it takes this one, this one first: below each prefix that leads there, under each scheme that means
    /// the same.
    /// </summary>
    public IReadOnlyList<string> SpellingsOf(string location)
    {
        var target = Apply(location);
        var normal = Entries
            .Where(entry => IsBelow(target, entry.To))
            .Select(entry => string.Concat(entry.From, target.AsSpan(entry.To.Length)))
            .Append(target)
            .Append(ObjectStoreRegistry.Normalize(location));
        return [.. normal.SelectMany(ObjectStoreRegistry.SpellingsOf).Prepend(location).Distinct().Where(spelling => Apply(spelling) == target)];
    }

    /// <summary>Whether a location is the prefix or lies below it; both normal, or both paths.</summary>
    public static bool IsBelow(string location, string prefix) =>
        location.StartsWith(prefix, StringComparison.Ordinal) && (location.Length == prefix.Length || location[prefix.Length] == '/');

    private static string Prefix(string text, string name)
    {
        var prefix = text.Length == 0 ? "" : ObjectStoreRegistry.Normalize(text).TrimEnd('/');
        return prefix.Length == 0 || prefix.EndsWith(':')
            ? throw IcebergException.InvalidValue($"'{text}' cannot be {name} of a location map: it must be a prefix such as 's3://bucket/table'.")
            : prefix;
    }

    private static string Target(string text)
    {
        var target = Prefix(text, "TO");
        return target.Contains(":/", StringComparison.Ordinal)
            ? target
            : throw IcebergException.InvalidValue($"'{text}' cannot be TO of a location map: it must be absolute, such as '/data/table' or 's3://bucket/table'.");
    }
}
