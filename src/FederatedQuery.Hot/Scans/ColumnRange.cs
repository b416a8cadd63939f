using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>The rows whose value of a column lies between two others, these included.</summary>
public readonly record struct ColumnRange(string Column, Literal Least, Literal Greatest);
