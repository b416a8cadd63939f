using FederatedQuery.Cold.Writing;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>A layout that was decided on.</summary>
/// <param name="Fields">In the order of the partition spec; empty: files are not divided.</param>
/// <param name="PartitionBy">The columns as the table's settings name them.</param>
/// <param name="Reason">What was chosen and why, for people: no sentence of its own.</param>
internal sealed record TableLayout(IReadOnlyList<LayoutField> Fields, IReadOnlyList<string> PartitionBy, string Reason);
