using System.Runtime.InteropServices;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>
/// The fields of a selection set by response key, those of inline fragments included, and the fragments that it spreads. Short lists are
/// searched from the start: most selection sets have a handful of fields, and dictionaries for each took half the time of validation.
/// </summary>
internal sealed class ResponseKeys
{
    private const int LongestSearched = 8;

    private readonly List<FieldEntry> _fields = [];
    private readonly List<string> _fragments = [];
    private Dictionary<string, int>? _index;
    private HashSet<(string Key, string Name, CompositeType? Parent)>? _plainLeaves;
    private HashSet<string>? _fragmentSet;

    /// <summary>In the order of the document.</summary>
    public ReadOnlySpan<FieldEntry> Fields => CollectionsMarshal.AsSpan(_fields);

    /// <summary>Names, each once.</summary>
    public List<string> Fragments => _fragments;

    /// <summary>The place in <see cref="Fields"/> of the first field with that response key, or -1.</summary>
    public int Find(string responseKey)
    {
        if (_index is not null)
        {
            return _index.TryGetValue(responseKey, out var place) ? place : -1;
        }

        var fields = Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].IsFirst && fields[i].Node.ResponseKey == responseKey)
            {
                return i;
            }
        }

        return -1;
    }

    public void Add(CompositeType? parent, FieldNode node)
    {
        var first = Find(node.ResponseKey);
        var place = _fields.Count;
        if (first < 0)
        {
            _fields.Add(new FieldEntry(parent, node, IsFirst: true) { Last = place });
            AddToIndex(node.ResponseKey, place);
            AddPlainLeaf(parent, node);
            return;
        }

        if (_plainLeaves is null)
        {
            _plainLeaves = [];
            foreach (var field in _fields)
            {
                AddPlainLeaf(field.Parent, field.Node);
            }
        }

        // The same leaf again without arguments can conflict with nothing that the first one does not.
        if (!IsPlainLeaf(node) || AddPlainLeaf(parent, node))
        {
            _fields.Add(new FieldEntry(parent, node, IsFirst: false));
            var fields = CollectionsMarshal.AsSpan(_fields);
            fields[fields[first].Last].Next = place;
            fields[first].Last = place;
        }
    }

    public void AddFragment(string name)
    {
        if (_fragments.Count == 0 || (_fragmentSet ??= new HashSet<string>(_fragments, StringComparer.Ordinal)).Add(name))
        {
            _fragments.Add(name);
        }
    }

    private static bool IsPlainLeaf(FieldNode node) =>
        node is { Arguments.IsEmpty: true, SelectionSet: null } && IncrementalDirectives.FindStream(node.Directives) is null;

    private bool AddPlainLeaf(CompositeType? parent, FieldNode node) =>
        _plainLeaves is not null && IsPlainLeaf(node) && _plainLeaves.Add((node.ResponseKey, node.Name, parent));

    private void AddToIndex(string responseKey, int place)
    {
        if (_index is not null)
        {
            _index.Add(responseKey, place);
        }
        else if (place >= LongestSearched)
        {
            _index = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i <= place; i++)
            {
                if (_fields[i].IsFirst)
                {
                    _index.Add(_fields[i].Node.ResponseKey, i);
                }
            }
        }
    }

    /// <param name="Parent">The type that it is selected on; null when it is not known.</param>
    /// <param name="Node">The field.</param>
    /// <param name="IsFirst">Whether it is the first field of its response key.</param>
    public record struct FieldEntry(CompositeType? Parent, FieldNode Node, bool IsFirst)
    {
        /// <summary>The place of the next field with the same response key, or -1.</summary>
        public int Next { get; set; } = -1;

        /// <summary>Of the first field of a response key: the place of the last one.</summary>
        public int Last { get; set; }
    }
}
