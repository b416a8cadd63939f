namespace FederatedQuery.Cold.Parquet;

/// <summary>A field of the top level of a Parquet schema, with everything below it.</summary>
/// <param name="FieldId">Null where the writer gave none.</param>
/// <param name="FirstElement">Its own element, the first of <paramref name="ElementCount"/> in the schema.</param>
/// <param name="FirstLeaf">The first of its <paramref name="LeafCount"/> leaves.</param>
internal sealed record ParquetField(int? FieldId, int FirstElement, int ElementCount, int FirstLeaf, int LeafCount);
