using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Model;

/// <summary>A table as GraphQL has it. Relations are known once all tables are (<see cref="TypedModel.Of"/>).</summary>
internal sealed class TypedTable
{
    public required RegisteredTable Table { get; init; }

    /// <summary>Of the connection; <see cref="AggregateField"/> is named after it.</summary>
    public required string RootField { get; init; }

    public string AggregateField => AggregateFieldOf(RootField);

    /// <summary>Of one row; the other types are named after it.</summary>
    public required string TypeName { get; init; }

    public required string? Description { get; init; }

    public required ImmutableArray<TypedColumn> Columns { get; init; }

    /// <summary>Rows that this table's foreign keys refer to.</summary>
    public ImmutableArray<TypedRelation> Parents { get; set; } = [];

    /// <summary>Rows whose foreign keys refer to this table's.</summary>
    public ImmutableArray<TypedRelation> Children { get; set; } = [];

    public static string AggregateFieldOf(string rootField) => rootField + "Aggregate";

    /// <summary>The field of the mutation root for one of the three; it is there where it was allowed.</summary>
    public string MutationField(RowMutations operation) => MutationFieldOf(RootField, operation);

    /// <summary>All names of root fields that go with one.</summary>
    public static IEnumerable<string> RootFieldsOf(string rootField) =>
    [
        rootField, AggregateFieldOf(rootField), MutationFieldOf(rootField, RowMutations.Insert), MutationFieldOf(rootField, RowMutations.Update),
        MutationFieldOf(rootField, RowMutations.Delete),
    ];

    private static string MutationFieldOf(string rootField, RowMutations operation) =>
        $"{operation.ToString().ToLowerInvariant()}{char.ToUpperInvariant(rootField[0])}{rootField[1..]}";

    public TypedColumn ColumnOf(int fieldId) => Columns.First(column => column.FieldId == fieldId);
}

/// <summary>A column.</summary>
/// <param name="Name">In GraphQL.</param>
/// <param name="Field">In the table's schema.</param>
internal sealed record TypedColumn(string Name, NestedField Field, ColumnType Type)
{
    public int FieldId => Field.Id;

    /// <summary>The whole primary key.</summary>
    public bool IsKey { get; init; }

    /// <summary>The primary key, or a part of it.</summary>
    public bool IsInKey { get; init; }

    /// <summary>Part of a foreign key.</summary>
    public bool IsReference { get; init; }

    /// <summary>Never null, in either tier.</summary>
    public bool IsRequired { get; init; }

    public ScalarKind? Scalar => (Type as ScalarColumn)?.Kind;

    public bool IsSortable => Scalar is { } kind && kind.IsSortable();

    /// <summary>What figures are made of: numbers that count or measure, not those that name rows.</summary>
    public bool IsMeasure => Scalar is { } kind && kind.IsNumber() && !IsKey && !IsReference;

    public bool HasBounds => IsMeasure || Scalar?.IsTime() == true;

    public bool IsGroupable => !IsKey && Scalar is { } kind && kind.IsSortable() && kind is not (ScalarKind.Decimal or ScalarKind.Float);
}

/// <summary>A foreign key seen from one of its ends.</summary>
/// <param name="Name">Of the field.</param>
/// <param name="Target">The table at the other end.</param>
/// <param name="Fields">Ids of columns at this end.</param>
/// <param name="TargetFields">Ids of the columns at the other end, in the same order.</param>
internal sealed record TypedRelation(string Name, TypedTable Target, ImmutableArray<int> Fields, ImmutableArray<int> TargetFields);
