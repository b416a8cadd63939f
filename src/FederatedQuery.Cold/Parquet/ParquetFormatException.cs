namespace FederatedQuery.Cold.Parquet;

/// <summary>Bytes that are no Parquet footer. The message says what is wrong with them; who knows the file's name adds it.</summary>
internal sealed class ParquetFormatException(string message) : Exception(message);
