using System.Text.Json;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>
/// The arguments of a repartition job: the layout as it was decided on, so that whoever takes the job up again does the same work, whatever the table has become.
/// </summary>
/// <param name="Fields">In the order of the partition spec.</param>
internal sealed record RepartitionArguments(IReadOnlyList<RepartitionArguments.Field> Fields, IReadOnlyList<string> PartitionBy, string Reason)
{
    /// <param name="Column">The id of a column: its name may change.</param>
    /// <param name="Transform">As metadata files have it.</param>
    internal sealed record Field(int Column, string Transform);

    /// <summary>The namespace of the table: the name that a job bears does not tell where one of several levels ends.</summary>
    public string Namespace { get; init; } = TableNames.DefaultNamespace;

    /// <summary>The name of the table within it.</summary>
    public string Table { get; init; } = "";

    public static string Write(TableIdentifier table, TableLayout layout) => JsonSerializer.Serialize(
        new RepartitionArguments([.. layout.Fields.Select(field => new Field(field.Column.Id, field.Transform.ToString()))], layout.PartitionBy, layout.Reason)
        {
            Namespace = table.Namespace,
            Table = table.Name,
        });

    public static RepartitionArguments Read(string? arguments) =>
        (arguments is null ? null : JsonSerializer.Deserialize<RepartitionArguments>(arguments)) ?? throw new JsonException("A repartition job has no arguments.");

    /// <param name="schema">Of the table as it is now.</param>
    /// <exception cref="TieringException">NotAllowed: a column is gone.</exception>
    public TableLayout LayoutOf(Schema schema)
    {
        return new TableLayout([.. Fields.Select(field => new LayoutField(ColumnOf(field), Iceberg.Spec.Transform.Parse(field.Transform)))], PartitionBy, Reason);

        NestedField ColumnOf(Field field) => schema.Fields.FirstOrDefault(column => column.Id == field.Column)
            ?? throw new TieringException(
                TieringErrorKind.NotAllowed, $"The column with the field id {field.Column} was dropped, and the table was to be laid out by it. Repartition it anew.");
    }
}
