BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
}

Describe 'Copy-ModelSession' {
    It 'gives a session that stands where the first one stands and goes its own way' {
        $session = New-ModelSession ([LineModel]) -Seed 3 | Invoke-ModelTraining $data -Steps 3
        $copy = $session | Copy-ModelSession
        $copy | Should -BeOfType ModelSessions.ModelSession
        $copy.Iteration, $copy.Name | Should -Be 3, 'Line'
        $null = $copy | Invoke-ModelTraining $data -Steps 2
        $session.Iteration, $copy.Iteration | Should -Be 3, 5
        $null = $session | Invoke-ModelTraining $data -Steps 2
        $session.ReadVariable('w').ToArray() | Should -Be $copy.ReadVariable('w').ToArray()
    }

    It 'has no folder but the one it is given' {
        $session = New-ModelSession ([LineModel]) -Directory TestDrive:/first
        ($session | Copy-ModelSession).Directory | Should -BeNullOrEmpty
        ($session | Copy-ModelSession TestDrive:/second).Directory | Should -Be (Join-Path (Get-Item $TestDrive).FullName second)
    }

    It 'fails for a session that is closed' {
        $session = New-ModelSession ([LineModel])
        $session.Dispose()
        { $session | Copy-ModelSession -ErrorAction Stop } | Should -Throw -ErrorId 'SessionClosed,*'
    }
}
