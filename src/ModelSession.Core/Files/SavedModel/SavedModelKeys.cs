namespace ModelSessions.Files;

/// <summary>Names that TensorFlow gives to the parts of a SavedModel.</summary>
internal static class SavedModelKeys
{
    public const string BinaryFile = "saved_model.pb";
    public const string TextFile = "saved_model.pbtxt";
    public const string AssetsFolder = "assets";
    public const string VariablesFolder = "variables";
    public const string VariablesName = "variables";

    /// <summary>The tag of a graph for inference.</summary>
    public const string Serve = "serve";

    /// <summary>The signature that is run if none is named.</summary>
    public const string DefaultSignature = "serving_default";

    /// <summary>The signature of the operation that is run after a restore (TensorFlow 2), not one to be run by users.</summary>
    public const string InitSignature = "__saved_model_init_op";

    /// <summary>The signature of the train op.</summary>
    public const string TrainSignature = "__saved_model_train_op";

    /// <summary>The collection with the operation that is run after a restore.</summary>
    public const string MainOp = "saved_model_main_op";

    /// <summary>The same as TensorFlow 1.0 to 1.12 called it.</summary>
    public const string LegacyInitOp = "legacy_init_op";

    /// <summary>The collection with the train op.</summary>
    public const string TrainOp = "saved_model_train_op";

    /// <summary>The collection with the assets (AssetFileDef), where the field is empty.</summary>
    public const string Assets = "saved_model_assets";

    /// <summary>The collection of the constants that hold paths of files to be copied along.</summary>
    public const string AssetPaths = "asset_filepaths";

    /// <summary>The collection of the operations that fill tables.</summary>
    public const string TableInitializers = "table_initializer";

    /// <summary>The method name of a signature that takes and gives tensors of any kind.</summary>
    public const string PredictMethod = "tensorflow/serving/predict";
}
