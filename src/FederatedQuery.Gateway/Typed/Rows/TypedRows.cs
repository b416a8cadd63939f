using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Rows that were read together, by the columns of a typed table. Their memory lives as long as the request.</summary>
/// <param name="page">The rows.</param>
/// <param name="columns">Where in the page the columns are, by their ids in the typed table.</param>
internal sealed class TypedRows(RowPage page, IReadOnlyDictionary<int, int> columns)
{
    public RowPage Page => page;

    public IEnumerable<RowNode> Rows => Enumerable.Range(0, page.RowCount).Select(row => new RowNode(this, row));

    public ReadOnlySpan<byte> Json(int row, int fieldId) => page.Json(row, columns[fieldId]).Span;

    public Literal? Value(int row, int fieldId) => page.Value(row, columns[fieldId]);
}

/// <summary>One row.</summary>
internal sealed class RowNode(TypedRows batch, int row)
{
    public string Cursor => batch.Page.Cursor(row);

    /// <summary>A column's value; empty where it is null.</summary>
    public ReadOnlySpan<byte> Json(int fieldId)
    {
        var json = batch.Json(row, fieldId);
        return json.SequenceEqual("null"u8) ? default : json;
    }

    /// <summary>A column of floating-point numbers, or of lists of them; empty where one is null or no JSON, which <see cref="NotJson"/> has.</summary>
    public ReadOnlySpan<byte> Floats(int fieldId) => batch.Page.NonFiniteCount > 0 ? FloatJson.Finite(Json(fieldId)) : Json(fieldId);

    /// <summary>What a column of floating-point numbers has where it has no JSON: null, or what holds a number that JSON has no digits for.</summary>
    public object? NotJson(int fieldId) => FloatJson.Read(Json(fieldId));

    public Literal? Value(int fieldId) => batch.Value(row, fieldId);
}
