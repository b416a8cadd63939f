using System.Collections.Immutable;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>The first rows of each of many parents. Dispose of it when the response is written; its pages end with it.</summary>
public sealed class ParentPages : IReadOutcome, IDisposable
{
    private readonly RowBlock _block;
    private readonly IReadOnlyDictionary<ImmutableArray<Literal>, RowPage> _pages;
    private readonly RowPage _empty;

    internal ParentPages(RowBlock block, IReadOnlyDictionary<ImmutableArray<Literal>, RowPage> pages, RowPage empty) => (_block, _pages, _empty) = (block, pages, empty);

    /// <summary>What reading took, for all of them.</summary>
    public RowReport Reading => _empty.Reading;

    DataSource IReadOutcome.DataSource => Reading.DataSource;

    long IReadOutcome.Rows => _pages.Values.Sum(page => (long)page.RowCount);

    QueryReport? IReadOutcome.Report => Reading.Query;

    /// <summary>The page of a parent that was asked for; empty when it has no rows.</summary>
    /// <param name="parent">The values by which children refer to it.</param>
    public RowPage Of(ImmutableArray<Literal> parent) => _pages.GetValueOrDefault(parent, _empty);

    public void Dispose() => _block.Dispose();
}
