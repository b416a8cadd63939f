using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>The columns of a data file. Files of one writer and time share one; <see cref="Key"/> tells schemas apart.</summary>
internal sealed class FileSchema
{
    public FileSchema(ImmutableArray<FileField> fields)
    {
        Fields = fields;
        HasFieldIds = fields.Any(field => field.HasFieldIdWithin);
        Key = Describe(fields);
    }

    public ImmutableArray<FileField> Fields { get; }

    /// <summary>False where columns are known by name or place alone.</summary>
    public bool HasFieldIds { get; }

    /// <summary>Equal for equal schemas alone.</summary>
    public string Key { get; }

    private static string Describe(ImmutableArray<FileField> fields)
    {
        var text = new StringBuilder();
        Append(text, fields);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ImmutableArray<FileField> fields)
    {
        text.Append('(');
        foreach (var field in fields)
        {
            // The length before a name keeps names with any characters apart.
            text.Append(CultureInfo.InvariantCulture, $"{field.Name.Length}:{field.Name}#{field.FieldId}{field.Kind}{field.PhysicalType}{(field.IsText ? "t" : "")}{(field.IsDecimal ? "d" : "")}");
            Append(text, field.Children);
        }

        text.Append(')');
    }
}
