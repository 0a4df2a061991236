namespace ModelSessions;

/// <summary>A sparse tensor of a graph: the places of its elements, their values, and the shape of the whole.</summary>
/// <param name="Indices">int64 [elements, dimensions].</param>
/// <param name="Values">One for each element.</param>
/// <param name="DenseShape">int64 [dimensions].</param>
public sealed record GraphSparseTensor(GraphTensor Indices, GraphTensor Values, GraphTensor DenseShape);
