namespace FederatedQuery.Tiering.Repartition;

/// <summary>A wish for another layout of a cold table, as a user has it.</summary>
/// <param name="NumPartitions">Buckets, 1 to 10,000; null: the gateway's default where buckets are wanted.</param>
/// <param name="PartitionBy">Columns; null or empty: chosen from the key.</param>
public sealed record RepartitionRequest(int? NumPartitions, IReadOnlyList<string>? PartitionBy);
