namespace ModelSessions;

/// <summary>A variable and what it is in checkpoints.</summary>
/// <param name="Name">The variable's operation.</param>
/// <param name="CheckpointName">Its name in checkpoints, mostly the same.</param>
/// <param name="Slice">The slice of a partitioned variable that it holds, as TensorFlow writes it (<c>10 4 0,3:0,4</c>); empty for all.</param>
/// <param name="Reshape">Whether a value of another shape, but as many elements, is taken.</param>
public readonly record struct SavedVariable(string Name, string CheckpointName, string Slice = "", bool Reshape = false);
