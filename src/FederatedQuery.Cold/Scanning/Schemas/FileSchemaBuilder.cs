using System.Collections.Immutable;
using System.Text;
using FederatedQuery.Cold.Parquet;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>Makes a <see cref="FileSchema"/> of Parquet's schema elements by the rules that DuckDB reads lists and maps by (Parquet: LogicalTypes, nested types).</summary>
internal ref struct FileSchemaBuilder
{
    // Parquet's ConvertedType and LogicalType.
    private const int ConvertedUtf8 = 0;
    private const int ConvertedMap = 1;
    private const int ConvertedMapKeyValue = 2;
    private const int ConvertedList = 3;
    private const int ConvertedEnum = 4;
    private const int ConvertedDecimal = 5;
    private const int ConvertedJson = 19;
    private const short StringKind = 1;
    private const short MapKind = 2;
    private const short ListKind = 3;
    private const short EnumKind = 4;
    private const short JsonKind = 12;
    private const int MaxDepth = 200;

    private readonly ReadOnlySpan<byte> _footer;
    private readonly IReadOnlyList<ParquetSchemaElement> _elements;
    private int _next;

    private FileSchemaBuilder(ReadOnlySpan<byte> footer, IReadOnlyList<ParquetSchemaElement> elements)
    {
        _footer = footer;
        _elements = elements;
    }

    /// <param name="footer">What the elements' names are ranges of.</param>
    /// <param name="elements">Depth first, the root before all.</param>
    /// <exception cref="ParquetFormatException">The elements make no tree.</exception>
    public static FileSchema Build(ReadOnlySpan<byte> footer, IReadOnlyList<ParquetSchemaElement> elements)
    {
        var builder = new FileSchemaBuilder(footer, elements);
        var root = builder.Take();
        var fields = builder.ReadChildren(root, depth: 0);
        return builder._next == elements.Count
            ? new FileSchema(fields)
            : throw new ParquetFormatException($"The footer has {elements.Count} schema elements, of which {elements.Count - builder._next} belong to no group.");
    }

    private ImmutableArray<FileField> ReadChildren(ParquetSchemaElement group, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ParquetFormatException($"The footer has a schema nested deeper than {MaxDepth} levels.");
        }

        var children = ImmutableArray.CreateBuilder<FileField>();
        for (var i = 0; i < group.ChildCount; i++)
        {
            children.Add(ReadField(depth));
        }

        return children.ToImmutable();
    }

    private FileField ReadField(int depth)
    {
        var element = Take();
        var field = element.PhysicalType is { } physical ? Leaf(element, physical) : Group(element, ReadChildren(element, depth + 1));

        // A repeated field outside of an annotated list is a list of its own.
        return element.IsRepeated ? field with { Kind = FileFieldKind.List, PhysicalType = null, IsText = false, IsDecimal = false, Children = [field with { FieldId = null }] } : field;
    }

    private readonly FileField Leaf(ParquetSchemaElement element, ParquetPhysicalType physical) => new()
    {
        Name = NameOf(element),
        FieldId = element.FieldId,
        Kind = FileFieldKind.Leaf,
        PhysicalType = physical,
        IsText = element.ConvertedType is ConvertedUtf8 or ConvertedEnum or ConvertedJson || element.LogicalType?.Kind is StringKind or EnumKind or JsonKind,
        IsDecimal = element.ConvertedType == ConvertedDecimal || element.LogicalType?.Kind == ParquetLogicalType.DecimalKind,
    };

    private readonly FileField Group(ParquetSchemaElement element, ImmutableArray<FileField> children)
    {
        var field = new FileField { Name = NameOf(element), FieldId = element.FieldId, Kind = FileFieldKind.Struct, Children = children };
        if (children is not [{ Kind: FileFieldKind.List, Children: [var repeated] } wrapper])
        {
            return field;
        }

        if (element.ConvertedType is ConvertedMap or ConvertedMapKeyValue || element.LogicalType?.Kind == MapKind)
        {
            return repeated is { Kind: FileFieldKind.Struct, Children.Length: 2 } ? field with { Kind = FileFieldKind.Map, Children = repeated.Children } : field;
        }

        if (element.ConvertedType != ConvertedList && element.LogicalType?.Kind != ListKind)
        {
            return field;
        }

        // Of three levels the innermost is the element; of two, the repeated field itself, whose id the wrapper was given.
        var item = repeated is { Kind: FileFieldKind.Struct, Children: [var inner] } ? inner : repeated with { FieldId = wrapper.FieldId };
        return field with { Kind = FileFieldKind.List, Children = [item] };
    }

    private ParquetSchemaElement Take() => _next < _elements.Count
        ? _elements[_next++]
        : throw new ParquetFormatException("The footer has groups with more children than there are schema elements.");

    private readonly string NameOf(ParquetSchemaElement element) => Encoding.UTF8.GetString(_footer[element.Name]);
}
