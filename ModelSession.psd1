# Staging (Stage.targets) writes in what stands elsewhere: ModuleVersion (Directory.Build.props), FileList, ReleaseNotes (CHANGELOG.md).
@{
    RootModule           = 'ModelSession.PowerShell.dll'
    ModuleVersion        = '0.0.0'
    GUID                 = '75bbac60-8e04-44da-ba18-98eb57ddf52f'
    Author               = 'The ModelSession authors'
    CompanyName          = 'The ModelSession authors'
    Copyright            = 'Copyright (c) The ModelSession authors. MIT licence.'
    Description          = 'Create, train, test, save and restore TensorFlow models as sessions, without Python and without a native library.'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.6'
    RequiredAssemblies   = @()
    FormatsToProcess     = @(
        'ModelSession.Checkpoints.format.ps1xml'
        'ModelSession.Data.format.ps1xml'
        'ModelSession.Graphs.format.ps1xml'
        'ModelSession.Models.format.ps1xml'
        'ModelSession.Predictions.format.ps1xml'
        'ModelSession.Runs.format.ps1xml'
        'ModelSession.Sessions.format.ps1xml'
        'ModelSession.Training.format.ps1xml'
    )
    TypesToProcess       = @('ModelSession.types.ps1xml')
    CmdletsToExport      = @(
        'Compare-ModelCheckpoint'
        'Copy-ModelCheckpoint'
        'Copy-ModelSession'
        'Export-ModelBinding'
        'Export-ModelCommand'
        'Export-ModelGraph'
        'Get-GraphCollection'
        'Get-GraphOperation'
        'Get-GraphTensor'
        'Get-ModelCheckpoint'
        'Get-ModelHistory'
        'Get-ModelSession'
        'Get-ModelSignature'
        'Get-SavedModel'
        'Import-ModelBinding'
        'Import-ModelDataset'
        'Import-ModelGraph'
        'Initialize-ModelSession'
        'Invoke-ModelPrediction'
        'Invoke-ModelSession'
        'Invoke-ModelTraining'
        'Measure-Model'
        'New-ModelSchedule'
        'New-ModelSession'
        'Protect-ModelCheckpoint'
        'Remove-ModelCheckpoint'
        'Remove-ModelSession'
        'Restore-ModelCheckpoint'
        'Restore-ModelSession'
        'Save-ModelCheckpoint'
        'Set-GraphCollection'
        'Set-GraphTensor'
        'Test-Model'
        'Test-ModelCheckpoint'
        'Unprotect-ModelCheckpoint'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    FileList             = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('TensorFlow', 'MachineLearning', 'DeepLearning', 'NeuralNetwork', 'Training', 'Checkpoint', 'MNIST',
                'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://licenses.nuget.org/MIT'
            ReleaseNotes = ''
        }
    }
}
