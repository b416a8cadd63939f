using FederatedQuery.Iceberg.Puffin;
using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>A data file of a scan with what is needed to read it.</summary>
/// <param name="Number">Its number among the scan's data files.</param>
/// <param name="Task">What the plan says of it.</param>
/// <param name="File">Where and of what schema it is.</param>
/// <param name="DeletionVector">Null: it has none.</param>
internal sealed record ScanFile(int Number, ScanTask Task, ReadableFile File, RoaringPositions? DeletionVector);
