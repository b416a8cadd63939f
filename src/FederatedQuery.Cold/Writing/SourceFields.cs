using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Which column of the table that its rows come from each column of a cold table is: the number of the one and the field id of the other, both of which outlive names. A property of the
/// cold table says it, which is committed together with the schema that it is about. Columns that it does not know are one where their names are, and so are all of them where the
/// property is missing, or is about another table: one that was made anew or came from a dump, whose numbers are others.
/// </summary>
internal sealed class SourceFields
{
    /// <summary>
    /// The table property: <c>source 1:1,2:2,5:9</c>. Columns that were dropped in the source stay in it, so that nobody takes their values for those of another one; of those that had been
    /// dropped before there was the property the number is not known, and the id stands for it: <c>-3:3</c>.
    /// </summary>
    public const string Property = "federated-query.source-columns";

    private readonly SourceColumns _source;
    private readonly Dictionary<int, int> _ids;
    private readonly bool _isKnown;

    private SourceFields(SourceColumns source, Dictionary<int, int> ids, bool isKnown) => (_source, _ids, _isKnown) = (source, ids, isKnown);

    /// <param name="table">The cold table.</param>
    /// <param name="source">As it is now.</param>
    public static SourceFields Of(TableMetadata table, SourceColumns source)
    {
        var ids = Parse(table.Properties.GetValueOrDefault(Property, ""), source.Table);
        var isKnown = ids.Count > 0;
        var fields = table.CurrentSchema.Fields.ToDictionary(field => field.Id);
        foreach (var lost in ids.Where(known => !fields.ContainsKey(known.Value)).ToList())
        {
            // Dropped by another engine; what comes in its place is another field.
            ids.Remove(lost.Key);
        }

        var owned = ids.Values.ToHashSet();
        var free = fields.Values.Where(field => !owned.Contains(field.Id)).ToDictionary(field => field.Name, StringComparer.Ordinal);
        foreach (var (field, number) in source.Schema.Fields.Zip(source.Numbers))
        {
            if (!ids.ContainsKey(number) && free.TryGetValue(field.Name, out var found))
            {
                ids[number] = found.Id;
            }
        }

        return new SourceFields(source, ids, isKnown);
    }

    /// <summary>The property of a table that is made with the ids of its source's schema.</summary>
    public static string PropertyOf(SourceColumns source) => Format(source.Table, source.Schema.Fields.Zip(source.Numbers, (field, number) => KeyValuePair.Create(number, field.Id)));

    /// <summary>
    /// The names that columns have to get so that those of the source are found by theirs, by field id; those that have them already are left out. A column that the source has dropped
    /// keeps its name, unless another one has it there by now.
    /// </summary>
    public IReadOnlyDictionary<int, string> RenamesIn(Schema schema)
    {
        var wanted = new Dictionary<int, string>();
        foreach (var (field, number) in _source.Schema.Fields.Zip(_source.Numbers))
        {
            if (_ids.TryGetValue(number, out var id))
            {
                wanted[id] = field.Name;
            }
        }

        var taken = _source.Schema.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var renames = new Dictionary<int, string>();
        foreach (var field in schema.Fields)
        {
            var name = wanted.GetValueOrDefault(field.Id) ?? (taken.Contains(field.Name) ? Aside(field, schema, taken) : field.Name);
            if (name != field.Name)
            {
                renames[field.Id] = name;
            }
        }

        return renames;
    }

    /// <summary>The property of a table whose columns have the source's names by now.</summary>
    public string PropertyIn(Schema schema)
    {
        var ids = new SortedDictionary<int, int>(_ids);
        foreach (var (field, number) in _source.Schema.Fields.Zip(_source.Numbers))
        {
            if (schema.Fields.FirstOrDefault(other => other.Name == field.Name) is { } own)
            {
                ids[number] = own.Id;
            }
        }

        if (!_isKnown)
        {
            foreach (var dropped in schema.Fields.Select(field => field.Id).Except(ids.Values).ToList())
            {
                ids[-dropped] = dropped;
            }
        }

        return Format(_source.Table, ids);
    }

    private static string Aside(NestedField field, Schema schema, HashSet<string> taken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{field.Name}_dropped_{field.Id}");
        while (taken.Contains(name) || schema.Fields.Any(other => other.Name == name))
        {
            name += "_";
        }

        return name;
    }

    private static string Format(string table, IEnumerable<KeyValuePair<int, int>> ids) =>
        $"{table} {string.Join(',', ids.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}")))}";

    /// <returns>None where it is of another table, or not written by this.</returns>
    private static Dictionary<int, int> Parse(string text, string table)
    {
        var ids = new Dictionary<int, int>();
        if (!text.StartsWith(table + " ", StringComparison.Ordinal))
        {
            return ids;
        }

        foreach (var pair in text[(table.Length + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0
                || !int.TryParse(pair.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                || !int.TryParse(pair.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return [];
            }

            ids[number] = id;
        }

        return ids;
    }
}
